import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { listOption, secondsOption, textOption } from '../options.ts'
import { WrongUse } from '../wrong-use.ts'
import { chosenAlgorithms } from './keys.ts'

const secondsForm = wholeText(/\d+/)

/** What `token verify` and `token explain` hold a token against. */
export function readPolicy({ options }: Given) {
  const issuer = textOption(options, 'issuer')
  const audience = listOption(options, 'audience')
  // `none` is no media type, so it can stand for a header without one.
  const type = listOption(options, 'type')?.map((one) => (one === 'none' ? null : one))
  for (const [flag, said] of Object.entries({ issuer: [issuer], audience, type })) {
    if (said?.includes('')) throw new WrongUse(`--${flag} is empty`)
  }
  const algorithms = chosenAlgorithms(options)
  const clockTolerance = secondsOption(options, 'leeway', '--leeway')
  return {
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    ...(type === undefined ? {} : { type }),
    ...(algorithms === undefined ? {} : { algorithms }),
    ...(clockTolerance === undefined ? {} : { clockTolerance }),
    ...(options.allowNoExpiry === true ? { requiredClaims: { exp: false } } : {}),
  }
}

/** The moment for which a token is judged: `--at`, as RFC 3339 or in seconds, else now. */
export function momentOf({ options }: Given): number {
  const at = textOption(options, 'at')
  if (at === undefined) return Date.now()
  const moment = secondsForm.test(at) ? Number(at) * 1000 : Date.parse(at)
  if (!Number.isFinite(moment))
    throw new WrongUse('--at takes a time such as 2026-11-23T17:00:00Z, or seconds')
  return moment
}
