{{- /* SPDX-License-Identifier: Apache-2.0 */ -}}

{{- /* The image of a part: (list $ .Values.PART) */ -}}
{{- define "portcullis.image" -}}
{{- $image := (index . 1).image -}}
{{ $image.repository }}:{{ $image.tag | default (index . 0).Chart.AppVersion }}
{{- end }}

{{- /* What a pod's spec has from the values of its part, where it runs included: (list $ .Values.PART) */ -}}
{{- define "portcullis.placement" -}}
{{- $part := index . 1 -}}
{{- with $part.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $part.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations: {{- toYaml . | nindent 0 }}
{{- end }}
{{- with $part.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with (index . 0).Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
