// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that serves one operator and its nodes. */
public final class Authority {
    /** How long an authority is good for. */
    static final Duration AUTHORITY_AGE = Duration.ofDays(3650);

    /** How long what it issues is good for. */
    static final Duration LEAF_AGE = Duration.ofDays(365);

    /** Clocks of nodes may be behind. */
    private static final Duration SKEW = Duration.ofHours(1);

    private static final String NAME = "CN=portcullis-ca";
    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;

    private Authority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * The authority that is kept, or a new one that is kept from now on. Of several operators that
     * start at once all get the same.
     *
     * @throws GeneralSecurityException if what is kept cannot be read
     */
    public static Authority in(AuthorityStore store, Instant now) throws GeneralSecurityException {
        var stored = store.load();
        if (stored.isEmpty()) {
            Authority fresh = create(now);
            if (store.create(
                    new AuthorityStore.Stored(Pem.of(fresh.certificate), Pem.of(fresh.key)))) {
                return fresh;
            }
            stored = store.load();
        }
        AuthorityStore.Stored found = stored.orElseThrow();
        return new Authority(Pem.certificate(found.certificate()), Pem.key(found.key()));
    }

    /** Makes a new one. */
    static Authority create(Instant now) throws GeneralSecurityException {
        KeyPair keys = keys();
        X509v3CertificateBuilder builder =
                builder(NAME, NAME, keys.getPublic(), now, AUTHORITY_AGE);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        } catch (CertIOException e) {
            throw new GeneralSecurityException(e);
        }
        return new Authority(sign(builder, keys.getPrivate()), keys.getPrivate());
    }

    /**
     * Issues the certificate of a server, with a key that exists in memory alone.
     *
     * @param names DNS names, the first also as its subject
     */
    public Leaf issue(List<String> names, Instant now) throws GeneralSecurityException {
        KeyPair keys = keys();
        X509v3CertificateBuilder builder =
                builder(NAME, "CN=" + names.getFirst(), keys.getPublic(), now, LEAF_AGE);
        GeneralName[] alternatives =
                names.stream()
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        } catch (CertIOException e) {
            throw new GeneralSecurityException(e);
        }
        X509Certificate leaf = sign(builder, key);
        leaf.verify(certificate.getPublicKey());
        return new Leaf(
                Pem.of(leaf) + pem(), Pem.of(keys.getPrivate()), leaf.getNotAfter().toInstant());
    }

    /** The certificate that whoever trusts this authority needs, in PEM. */
    public String pem() throws GeneralSecurityException {
        return Pem.of(certificate);
    }

    /** When it ends. */
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            String issuer, String subject, PublicKey key, Instant now, Duration age) {
        return new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(now.minus(SKEW)),
                Date.from(now.plus(age)),
                new X500Name(subject),
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /**
     * A certificate to serve with.
     *
     * @param chain it and its authority, in PEM
     * @param key PKCS #8 in PEM
     * @param expires when it ends
     */
    public record Leaf(String chain, String key, Instant expires) {
        /** Without the key, which belongs in no log. */
        @Override
        public String toString() {
            return "Leaf[until " + expires + "]";
        }
    }
}
