# SPDX-License-Identifier: Apache-2.0
# What `measure` executes: reads the time stamp counter with its first instructions, and writes it to descriptor 9.
	.globl _start
_start:
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	push %rax
	mov $9, %edi
	mov %rsp, %rsi
	mov $8, %edx
	mov $1, %eax # write
	syscall
	xor %edi, %edi
	mov $60, %eax # exit
	syscall
	.section .note.GNU-stack
