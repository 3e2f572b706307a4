import { headerRows } from './header-rows.test-support.ts'
import { partyRows } from './party-rows.test-support.ts'
import { payloadRows } from './payload-rows.test-support.ts'
import type { Refused } from './row.test-support.ts'
import { segmentRows } from './segment-rows.test-support.ts'
import { signatureRows } from './signature-rows.test-support.ts'
import { timeRows } from './time-rows.test-support.ts'
import { typeRows } from './type-rows.test-support.ts'

/** The tokens that a verifier refuses, on every platform. */
export const refused: readonly Refused[] = [
  ...signatureRows,
  ...segmentRows,
  ...headerRows,
  ...typeRows,
  ...payloadRows,
  ...timeRows,
  ...partyRows,
]
