import { expect, test } from '@jest/globals'
import { modulePlace, placesEnvironment, realPath, treePlace, withPlaces } from '../../src/build/places.js'

const PLACES = [modulePlace('/tmp/run-1/module'), treePlace('/cache/work/linux', '6.1.0-56-amd64')]
const FLAGS = '-ffile-prefix-map=/tmp/run-1/module=/usr/src/module -ffile-prefix-map=/cache/work/linux=/usr/src/linux-headers-6.1.0-56-amd64'

test('the compiler is told by a variable that kbuild hands on', () => {
  expect(placesEnvironment(PLACES)).toEqual({ KCPPFLAGS: FLAGS })
})

test('what the user says in that variable is kept, and nothing else is touched', () => {
  expect(withPlaces(['W=1', 'KCPPFLAGS=-DX', 'KCFLAGS=-DY'], PLACES)).toEqual(['W=1', `KCPPFLAGS=-DX ${FLAGS}`, 'KCFLAGS=-DY'])
})

test('a name leads back to the directory', () => {
  expect(realPath('/usr/src/linux-headers-6.1.0-56-amd64/include/linux/module.h', PLACES)).toBe('/cache/work/linux/include/linux/module.h')
  expect(realPath('/usr/src/module/a.c', PLACES)).toBe('/tmp/run-1/module/a.c')
  expect(realPath('/usr/src/modules/a.c', PLACES)).toBe('/usr/src/modules/a.c')
})
