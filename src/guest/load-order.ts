/** The user's modules, those that others depend on first; what depends on itself keeps its place. */
export function loadOrder<T extends { readonly name: string; readonly depends: readonly string[] }>(modules: readonly T[]): T[] {
  const byName = new Map(modules.map((module) => [module.name, module]))
  const result = new Set<T>()
  const begun = new Set<T>()
  const visit = (module: T) => {
    if (begun.has(module)) return
    begun.add(module)
    for (const name of module.depends) {
      const dependency = byName.get(name.replaceAll('-', '_'))
      if (dependency !== undefined) visit(dependency)
    }
    result.add(module)
  }
  modules.forEach(visit)
  return [...result]
}
