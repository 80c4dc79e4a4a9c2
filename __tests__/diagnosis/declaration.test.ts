import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { currentDeclaration, withDeclarations } from '../../src/diagnosis/declaration.js'
import { diagnose } from '../../src/diagnosis/diagnose.js'
import { createHost } from '../../src/host/create-host.js'
import { quietLog } from '../support/quiet-log.js'

const HEADERS: Readonly<Record<string, string>> = {
  'common/include/linux/device/class.h': `/* class_create - it is told here how class_create( is used */
extern int class_count;
struct class *__must_check
class_create(const char *name);
static inline int user(void)
{
	return class_create("x");
}
`,
  'common/include/linux/netdevice.h': `/**
 * netif_napi_add() - initialize a NAPI context
 */
static inline void
netif_napi_add(struct net_device *dev, struct napi_struct *napi,
	       int (*poll)(struct napi_struct *, int))
{
	netif_napi_add_weight(dev, napi, poll, NAPI_POLL_WEIGHT);
}
`,
  'common/include/linux/uaccess.h': '#define access_ok(addr, size) \\\n\tlikely(__access_ok(addr, size))\nint next;\n',
  'common/include/linux/fs.h': 'struct file_operations {\n\tint (*open)(struct inode *, struct file *);\n};\nstruct file_operations *fops_get(void);\n',
  'common/include/linux/types.h': 'extern int page(gfp_t mask);\ntypedef unsigned int gfp_t;\nMODULE_IMPORT(PWM);\n#define MODULE_IMPORT(ns) #ns\nenum zone_kind {\n\tZONE_FIRST,\n\tZONE_SECOND = 3,\n};\n',
  'common/arch/x86/include/asm/io.h': 'void __iomem *ioremap(resource_size_t offset, unsigned long size);\n#define ioremap ioremap\n',
  'release/arch/x86/include/generated/asm/x.h': 'extern unsigned long only_generated;\n',
}

describe('a kernel tree of two directories, as Debian’s headers are', () => {
  const host = createHost(quietLog())
  let dir = ''
  const tree = () => join(dir, 'release')

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kmod-gate-test-'))
    for (const [file, text] of Object.entries({ ...HEADERS, 'release/Makefile': `include ${dir}/common/Makefile\n` })) {
      await mkdir(dirname(join(dir, file)), { recursive: true })
      await writeFile(join(dir, file), text)
    }
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  test.each([
    ['class_create', 4, 'struct class *__must_check class_create(const char *name);'],
    ['netif_napi_add', 5, 'static inline void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int))'],
    ['access_ok', 1, '#define access_ok(addr, size) likely(__access_ok(addr, size))'],
    ['struct file_operations', 1, 'struct file_operations'],
    ['gfp_t', 2, 'typedef unsigned int gfp_t;'],
    ['ZONE_SECOND', 7, 'ZONE_SECOND = 3,'],
    ['MODULE_IMPORT', 4, '#define MODULE_IMPORT(ns) #ns'],
    ['ioremap', 1, 'void __iomem *ioremap(resource_size_t offset, unsigned long size);'],
    ['only_generated', 1, 'extern unsigned long only_generated;'],
  ])('%s', async (symbol, line, text) => {
    expect(await currentDeclaration(host, { treeDir: tree(), srcarch: 'x86' }, symbol)).toMatchObject({ line, text })
  })

  test('files are named from the directory that they are in', async () => {
    expect((await currentDeclaration(host, { treeDir: tree(), srcarch: 'x86' }, 'only_generated'))?.file).toBe('arch/x86/include/generated/asm/x.h')
    expect((await currentDeclaration(host, { treeDir: tree(), srcarch: 'x86' }, 'gfp_t'))?.file).toBe('include/linux/types.h')
  })

  test.each(['no_such_function', 'linux/gone.h', '-e', '', 'a b'])('there is none of %j', async (symbol) => {
    expect(await currentDeclaration(host, { treeDir: tree(), srcarch: 'x86' }, symbol)).toBeUndefined()
  })

  test('a diagnosis gets it', async () => {
    const found = await withDeclarations(host, { treeDir: tree(), srcarch: 'x86' }, diagnose({ buildLog: '/src/a.c:3:9: error: too many arguments to function \u2018class_create\u2019\n/src/a.c:4:1: error: implicit declaration of function \u2018gone\u2019\n' }))
    expect(found.map(({ symbol, declaration }) => [symbol, declaration?.text])).toEqual([['class_create', 'struct class *__must_check class_create(const char *name);'], ['gone', undefined]])
  })
})
