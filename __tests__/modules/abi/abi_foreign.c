// SPDX-License-Identifier: GPL-2.0
/*
 * Compiled alone, without the kernel's headers: just enough of a module for another architecture that modinfo(8) reads it.
 * The table builds it with the compiler of the other architecture.
 */
#define INFO(name, text) static const char name[] __attribute__((section(".modinfo"), used)) = text

INFO(abi_license, "license=GPL");
INFO(abi_name, "name=abi_foreign");
INFO(abi_vermagic, "vermagic=" VERMAGIC);

int init_module(void);
int init_module(void)
{
	return 0;
}

static const char this_module[1024] __attribute__((section(".gnu.linkonce.this_module"), aligned(64), used)) = { 0 };
