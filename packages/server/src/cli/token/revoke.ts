import { operator } from '../../identity.ts'
import { type AskedRevocation, revokeToken } from '../../tokens/revoke.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { textOption } from '../options.ts'
import { createOutput } from '../output.ts'
import { WrongUse } from '../wrong-use.ts'
import { readInput } from './input.ts'

export async function run(given: Given): Promise<void> {
  const asked = await askedOf(given)
  await withApp(async (app) => {
    const { tokenId, endsAtMs } = await revokeToken({ ...app, ...app.hands }, operator, asked)
    const endsAt = new Date(endsAtMs).toISOString()
    const text = `${tokenId} is refused here from now on, and within a second by guards that follow the feed. It is over in any case at ${endsAt}.`
    createOutput(given.json).result(text, { token_id: tokenId, ends_at: endsAt })
  })
}

async function askedOf(given: Given): Promise<AskedRevocation> {
  const tokenId = textOption(given.options, 'id')
  if (tokenId === undefined) return { token: await readInput(given, 'a token, or --id,') }
  if (given.args.length > 0 || textOption(given.options, 'file') !== undefined) {
    throw new WrongUse('give a token or --id, not both')
  }
  return { tokenId }
}
