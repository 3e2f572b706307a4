import type { Ground } from '../ground.ts'
import type { IssueToken } from '../tokens/issue.ts'
import type { Proofs } from '../tokens/proofs.ts'

export interface OauthGround extends Ground {
  readonly issue: IssueToken
  readonly proofs: Proofs
  readonly issuer: string
}
