import type { Host, Log } from './host/host.js'
import type { Report, StageResult } from './model/report.js'
import type { Request } from './model/request.js'

/** What both faces stand on: gate.ts and the real host, or stand-ins in a test. */
export interface Core {
  readonly runGate: (request: Request, host: Host, onStage?: (result: StageResult) => void) => Promise<Report>
  readonly createHost: (log: Log) => Host
}
