import { cookieRows } from './cookie-rows.test-support.ts'
import { credentialRows } from './credential-rows.test-support.ts'
import { dpopRows } from './dpop-rows.test-support.ts'
import { headerRows } from './header-rows.test-support.ts'
import { optionalRows } from './optional-rows.test-support.ts'
import { policyRows } from './policy-rows.test-support.ts'
import { requestRows } from './request-rows.test-support.ts'
import type { Row } from './row.test-support.ts'
import { tokenRows } from './token-rows.test-support.ts'

/**
 * What every adapter answers to every kind of request, for the tests that drive it over HTTP and for the page that
 * shows it. They are asked in this order, and a few of a file look at what the one before left: a proof that was used, a
 * password that was wrong.
 */
export const rows: readonly Row[] = [
  ...headerRows,
  ...tokenRows,
  ...policyRows,
  ...dpopRows,
  ...cookieRows,
  ...credentialRows,
  ...optionalRows,
  ...requestRows,
]
