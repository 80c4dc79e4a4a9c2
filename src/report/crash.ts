import { ISSUES, TOOL } from './tool.js'

/** What is said when the run ended without a report: never a verdict about the module. */
export function crashText(error: unknown): string {
  const { message = String(error), stack, syscall, code } = typeof error === 'object' && error !== null ? (error as Partial<NodeJS.ErrnoException>) : {}
  // Refusals of the operating system (errno(3)) carry a code and the system call.
  if (code !== undefined && syscall !== undefined) return `Error: nothing is known about the module, since the system refused what the gate needs: ${message}`
  return `Error: a defect of ${TOOL} ended the run, so nothing is known about the module. Please report it with this text: ${ISSUES}\n${stack ?? message}`
}
