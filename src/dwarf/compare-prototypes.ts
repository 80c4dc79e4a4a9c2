import type { BtfKind, BtfType } from '../btf/types.js'
import type { Prototype, TypeShape } from './types.js'

/** What is needed of a kernel's BTF. */
export interface BtfLike {
  type(id: number): BtfType
  named(name: string, kinds?: readonly BtfKind[]): readonly number[]
}

/** Typedefs and qualifiers on top of each other; more are a ring. */
const CHAIN = 64
/** The pointers that a TypeShape follows. */
const POINTERS = 2
/** All kernels with BTF modules of which an ELF64 reader is asked. */
const POINTER_SIZE = 8

const TRANSPARENT: ReadonlySet<BtfKind> = new Set<BtfKind>(['typedef', 'const', 'volatile', 'restrict', 'type_tag'])

/**
 * How a function of the kernel differs from what a module was compiled to call, as one sentence in which types are in backticks; undefined when nothing
 * differs, or when one of the sides does not say. Deliberately blind where compilers, BTF encoders and C's own rules blur things: the sign of
 * single bytes, enums and integers of one size, `void *` against any other pointer, pointers to unnamed or scalar types; and for a kernel function
 * without parameters and result, which may be one in assembler.
 * @param funcId a `func` (or `func_proto`) in `btf`
 * @throws what `btf` throws for a damaged file
 */
export function comparePrototype(declared: Prototype, btf: BtfLike, funcId: number): string | undefined {
  const func = btf.type(funcId)
  const kernel = func.kind === 'func' ? btf.type(func.type) : func
  if (kernel.kind !== 'func_proto') return undefined
  // Functions written in assembler, memcpy for one, come without their parameters, and look like this one.
  if (kernel.parameters.length === 0 && kernel.returns === 0) return undefined
  const returned = difference(shapeOf(btf, kernel.returns), declared.returns)
  if (declared.parametersKnown) {
    const last = kernel.parameters.at(-1)
    const variadic = last?.type === 0 && last.name === ''
    const parameters = (variadic ? kernel.parameters.slice(0, -1) : kernel.parameters).map(({ type }) => shapeOf(btf, type))
    if (parameters.length !== declared.parameters.length) return `takes ${counted(parameters)} in the kernel, the module was compiled with ${counted(declared.parameters)}`
    for (const [index, parameter] of parameters.entries()) {
      const differs = difference(parameter, declared.parameters[index] ?? parameter)
      if (differs !== undefined) return `parameter ${index + 1} is ${differs}`
    }
    if (variadic !== declared.variadic) return variadic ? 'takes a variable number of arguments in the kernel, but not in the module' : 'takes a fixed number of arguments in the kernel, a variable one in the module'
  }
  return returned === undefined ? undefined : `its return type is ${returned}`
}

function counted(parameters: readonly TypeShape[]): string {
  const many = parameters.length === 1 ? '1 parameter' : `${parameters.length || 'no'} parameters`
  return parameters.length === 0 ? many : `${many} (${parameters.map((shape) => `\`${spelled(shape)}\``).join(', ')})`
}

/** "`struct foo *` in the kernel, `int` in the module", or undefined when nothing that matters differs. */
function difference(kernel: TypeShape, module: TypeShape): string | undefined {
  if (alike(kernel, module)) return undefined
  const [left, right] = [spelled(kernel), spelled(module)]
  // What differs may be a size, which the names do not show.
  const sized = (shape: TypeShape, text: string): string => (left === right ? `\`${text}\` of ${shape.size} bytes` : `\`${text}\``)
  return `${sized(kernel, left)} in the kernel, ${sized(module, right)} in the module`
}

function alike(a: TypeShape, b: TypeShape): boolean {
  if (a.kind === 'unknown' || b.kind === 'unknown') return true
  const sameSize = a.size === b.size || a.size === 0 || b.size === 0
  if (a.kind === 'ptr' && b.kind === 'ptr') return a.to === undefined || b.to === undefined || alikePointees(a.to, b.to)
  if (isVoidPointer(a) || isVoidPointer(b)) return sameSize && a.kind !== 'void' && b.kind !== 'void'
  if (isScalar(a) && isScalar(b)) return sameSize && (a.size <= 1 || a.signed === undefined || b.signed === undefined || a.signed === b.signed)
  if (a.kind !== b.kind) return false
  return a.kind === 'struct' || a.kind === 'union' ? sameSize && sameName(a, b) : sameSize
}

/** Pointers are told apart by the named structs and unions at their end, for only these are different things under all compilers. */
function alikePointees(a: TypeShape, b: TypeShape): boolean {
  if (a.kind === 'ptr' && b.kind === 'ptr') return a.to === undefined || b.to === undefined || alikePointees(a.to, b.to)
  const composites = (a.kind === 'struct' || a.kind === 'union') && (b.kind === 'struct' || b.kind === 'union')
  return !composites || (sameName(a, b) && (a.kind === b.kind || a.name === ''))
}

function sameName(a: TypeShape, b: TypeShape): boolean {
  return a.name === b.name || a.name === '' || b.name === ''
}

function isVoidPointer(shape: TypeShape): boolean {
  return shape.kind === 'ptr' && shape.to?.kind === 'void'
}

/** Enums are integers, and have a sign only for those who count their values. */
function isScalar(shape: TypeShape): boolean {
  return shape.kind === 'int' || shape.kind === 'enum'
}

/** As in C, near enough for a sentence. */
function spelled(shape: TypeShape): string {
  switch (shape.kind) {
    case 'struct':
    case 'union':
    case 'enum':
      return `${shape.kind} ${shape.name === '' ? '{…}' : shape.name}`
    case 'ptr': {
      if (shape.to === undefined) return '… *'
      const pointee = spelled(shape.to)
      return `${pointee}${pointee.endsWith('*') ? '' : ' '}*`
    }
    case 'func':
      return 'function'
    case 'array':
      return '…[]'
    case 'void':
    case 'int':
    case 'float':
    case 'unknown':
      return shape.name === '' ? shape.kind : shape.name
  }
}

/** The shape of a type of the kernel's BTF. */
function shapeOf(btf: BtfLike, id: number, pointers = POINTERS): TypeShape {
  let type = btf.type(id)
  for (let passed = 0; 'type' in type && TRANSPARENT.has(type.kind); passed++) {
    if (passed === CHAIN) return { kind: 'unknown', name: '', size: 0 }
    type = btf.type(type.type)
  }
  switch (type.kind) {
    case 'void':
      return { kind: 'void', name: '', size: 0 }
    case 'int':
      return { kind: 'int', name: type.name, size: type.size, signed: type.encoding === 'signed' }
    case 'float':
    case 'struct':
    case 'union':
      return { kind: type.kind, name: type.name, size: type.size }
    case 'enum':
    case 'enum64':
      return { kind: 'enum', name: type.name, size: type.size }
    case 'fwd':
      return { kind: type.of, name: type.name, size: 0 }
    case 'ptr': {
      const pointer: TypeShape = { kind: 'ptr', name: '', size: POINTER_SIZE }
      return pointers === 0 ? pointer : { ...pointer, to: shapeOf(btf, type.type, pointers - 1) }
    }
    case 'array':
      return { kind: 'array', name: '', size: 0 }
    case 'func_proto':
      return { kind: 'func', name: '', size: 0 }
    case 'typedef':
    case 'const':
    case 'volatile':
    case 'restrict':
    case 'type_tag':
    case 'func':
    case 'var':
    case 'datasec':
    case 'decl_tag':
      return { kind: 'unknown', name: '', size: 0 }
  }
}
