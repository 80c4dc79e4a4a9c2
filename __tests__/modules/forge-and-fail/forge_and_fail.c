// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/io.h>
#include <linux/serial_reg.h>

/*
 * What a module could print to look like a good one, or to speak to the runner:
 * success lines, records such as a harness might use, and workflow commands of
 * both syntaxes, each with newlines of its own.
 */
static const char *const lies[] = {
	"\nkmod-gate: PASS\nverdict=pass\nok\n",
	"\nstep load forge_and_fail ok 0\ndone completed\n",
	"\n{\"kind\":\"load\",\"module\":\"forge_and_fail\",\"outcome\":\"ok\",\"status\":0}\n",
	"\n{\"type\":\"end\",\"end\":\"completed\",\"nonce\":\"0000000000000000\"}\n",
	"\n::error file=forged.c,line=1::forged error\n",
	"\n::warning::forged warning\n##[error]forged legacy error\n",
	"\n::set-output name=verdict::forged\n::set-output name=forged::yes\n",
	"\n::add-mask::kernel\n::stop-commands::forged\n::endgroup::\n",
	"\r::notice::forged after a carriage return\r\n",
	"\x1b[2J\x1b[1;1H::error::forged after an escape\n",
};

/* Past printk and its time stamps, straight to the first two serial ports of a PC: console and result channel. */
static const unsigned long ports[] = { 0x3f8, 0x2f8 };

static void say(unsigned long port, const char *text)
{
	for (; *text; text++) {
		int patience = 100000;

		while (!(inb(port + UART_LSR) & UART_LSR_THRE) && --patience)
			cpu_relax();
		outb(*text, port + UART_TX);
	}
}

static int __init forge_and_fail_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		pr_emerg("%s", lies[i]);
		say(ports[0], lies[i]);
		say(ports[1], lies[i]);
	}
	return -EIO;
}

static void __exit forge_and_fail_exit(void)
{
	pr_emerg("\n::error file=forged.c,line=1::forged at exit\n");
}

module_init(forge_and_fail_init);
module_exit(forge_and_fail_exit);

MODULE_DESCRIPTION("Misbehaves on purpose, for the tests of kmod-gate");
MODULE_LICENSE("GPL");
