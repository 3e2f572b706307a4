import type { ProofGround } from '../proof/ground.ts'

/** Where backups go, and how often. */
export interface BackupSettings {
  /** A directory, or `https://host/bucket/prefix` of a store that speaks the protocol of S3; none if undefined. */
  readonly to: string | undefined
  readonly everyHours: number
  readonly recipients: readonly string[]
  readonly region: string
  readonly accessKey: string | undefined
  readonly secretKey: string | undefined
  readonly lockDays: number
}

export interface BackupsGround extends ProofGround {
  readonly settings: BackupSettings
  /** Aborted when the server stops: what is being made ends at its next file. */
  readonly stopping: AbortSignal
  /** What is being made. */
  readonly running: Set<Promise<unknown>>
}
