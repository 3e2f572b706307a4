import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const said = `header
  {"typ": "JWT", "alg": "HS256"}

payload
  {"user_id": "pythontw2016"}

header in base64url
  eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9

payload in base64url
  eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9

signature
  aa17af19f975e8b0478d11b6c1beb10e2b5b1adde50cafb6894602b0bb1e0896

signature in base64url
  qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY=

token
  eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9.eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9.qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY=

the verifier, given this token
  refused: signature invalid

the verifier, without the =
  accepted: {"user_id":"pythontw2016"}
`

test('the walk by hand ends at the token of the talk, which is right but for its padding', () => {
  const example = fileURLToPath(new URL('by-hand.ts', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=latchkey-source', example])
  assert.equal(String(stderr), '')
  assert.equal(String(stdout).trimEnd(), said.trimEnd())
})
