/** What was left behind, and whether it can be laid at a module's door. */
export interface Leftover {
  /** Entry of the listing: a path, `/proc/misc: 57 name`, or `kernel thread: name`. */
  readonly entry: string
  /** The user's module that names it; undefined when it may as well come from the kernel or from the test. */
  readonly module?: string
}

/** A shorter name says nothing: too many modules hold it by chance. */
const SHORTEST = 3
/** Names of kernel threads are cut to this (include/linux/sched.h, TASK_COMM_LEN less the final zero). */
const COMM = 15

/**
 * Lays leftovers at the door of the module whose name they bear or whose file holds their name as a string; a name made with numbers in it
 * (`mydrv%d`) is looked for without them. What is below another leftover is left off.
 * A module of another name was loaded by the test, or at request, and stays loaded as the kernel has it.
 */
export function attributeLeftovers(entries: readonly string[], modules: readonly { readonly name: string; readonly data: Buffer }[]): Leftover[] {
  const all = new Set(entries)
  return entries
    .filter((entry) => !parentsOf(entry).some((parent) => all.has(parent)))
    .map((entry) => {
      const loaded = /^\/sys\/module\/([^/]+)$/.exec(entry)?.[1]
      const module = modules.find(({ name, data }) => (loaded === undefined || loaded === name) && namesOf(entry).some((candidate) => bears(candidate, name) || holds(data, candidate)))
      return { entry, ...(module !== undefined && { module: module.name }) }
    })
}

function parentsOf(entry: string): string[] {
  if (!/^\/\S+$/.test(entry)) return []
  const parts = entry.split('/')
  return parts.slice(2).map((_, i) => parts.slice(0, i + 2).join('/'))
}

/** Words of an entry that may be a name: the last part of a path, or what stands behind the file or the number. */
function namesOf(entry: string): string[] {
  const listed = /^(?:\/proc\/\w+|kernel thread): (.*)$/.exec(entry)?.[1]
  const words = listed === undefined ? [entry.slice(entry.lastIndexOf('/') + 1)] : [listed, ...listed.split(/[\s:]+/)]
  const bare = words.map((word) => word.replace(/[-:.@]?\d+$/, ''))
  return [...new Set([...words, ...bare])].filter((word) => word.length >= SHORTEST && !/^[\d\s:-]+$/.test(word))
}

function bears(candidate: string, module: string): boolean {
  const [found, name] = [candidate.replaceAll('-', '_'), module.replaceAll('-', '_')]
  return found.includes(name) || (name.length > COMM && found === name.slice(0, COMM))
}

/** Whether the name begins a string of the file: behind a zero, and before one, a number or a format. */
function holds(data: Buffer, name: string): boolean {
  const wanted = Buffer.from(name)
  for (let at = data.indexOf(wanted); at >= 0; at = data.indexOf(wanted, at + 1)) {
    const after = data[at + wanted.length]
    if (data[at - 1] === 0 && (after === 0 || /[%\d:@.-]/.test(String.fromCharCode(after ?? 0)))) return true
  }
  return false
}
