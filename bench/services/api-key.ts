import { createGuard } from 'latchkey/guard/fetch'
import { createSigner, generateKey, type PrivateKey, publicKeyOf } from 'latchkey/token'
import type { Row } from '../benchmark.ts'
import { measure } from '../cpu.ts'

const goal = 1.1
const issuer = 'https://id.example'
const audience = 'https://api.example'
const tokens = 512

/** A request with an API key beside one with the access token of a person, at a guard that has both in its memory, and that has not. */
export async function apiKeyRow(): Promise<Row> {
  const key = generateKey('ES256') as PrivateKey // no secret
  const sign = createSigner({ key, type: 'at+jwt' })
  const now = Math.floor(Date.now() / 1000)
  const common = {
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + 86_400,
    scope: 'devices:view devices:control',
  }
  const person = (n: number) =>
    sign({
      ...common,
      sub: `usr_${n}`,
      kind: 'user',
      client_id: 'latchkey',
      jti: `jti_${n}`,
      sid: `ses_${n}`,
      user_type: 'customer',
      pv: '1.1',
    })
  const apiKey = (n: number) =>
    `lk_key_${sign({ ...common, sub: `usr_${n}`, kind: 'api_key', client_id: `key_${n}`, jti: `key_${n}`, user_type: 'customer' })}`
  const asking = (token: string) =>
    new Request(`${audience}/lamps`, { headers: { authorization: `Bearer ${token}` } })
  const asked = (make: (n: number) => string) => Array.from({ length: tokens }, (_, n) => asking(make(n)))
  const [people, keys] = [asked(person), asked(apiKey)]
  const guardWith = (cache: boolean) =>
    createGuard({ keys: publicKeyOf(key), issuer, audience, type: 'at+jwt', cache })
  const [remembering, forgetting] = [guardWith(true), guardWith(false)]
  const run = (guard: typeof remembering, requests: readonly Request[]) => async (index: number) => {
    const { response } = await guard.authenticate(requests[index % tokens]!)
    if (response) throw new Error(`the guard refused: ${response.status}`)
  }
  const measured = await measure([
    { name: 'person', run: run(remembering, people) },
    { name: 'key', run: run(remembering, keys) },
    { name: 'person anew', run: run(forgetting, people) },
    { name: 'key anew', run: run(forgetting, keys) },
  ])
  const [warm, cold] = [measured.ratio('key', 'person'), measured.ratio('key anew', 'person anew')]
  return {
    what: 'an API key at a guard, beside a person’s access token',
    measured: `${warm.toFixed(2)}x remembered (${measured.time('key').toFixed(1)} us beside ${measured.time('person').toFixed(1)}), ${cold.toFixed(2)}x verified anew (${measured.time('key anew').toFixed(0)} us beside ${measured.time('person anew').toFixed(0)})`,
    goal: `<= ${goal}x`,
    met: warm <= goal && cold <= goal,
  }
}
