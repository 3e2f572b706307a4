import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchangeCommand } from './command.ts'

const issuer = 'https://id.example'

test('the request of the exchange is a command for a shell', () => {
  const command = exchangeCommand(issuer, { assertion: 'aa.b-b.c_c', form: 'current', device: '' })
  assert.equal(
    command,
    `curl https://id.example/oauth/token \\
  -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer \\
  -d assertion=aa.b-b.c_c`,
  )
  const ofPhone = exchangeCommand(issuer, { assertion: 'a.b.c', form: 'current', device: 'phone' })
  assert.match(ofPhone, / \\\n {2}-d device_id=phone$/)
  const older = exchangeCommand(issuer, { assertion: 'a.b.c', form: 'older', device: 'phone' })
  assert.match(older, /\/1\/auth\/login[\s\S]*-d '\{"jwt":"a\.b\.c","deviceId":"phone"\}'$/)
})

for (const bad of ["'; rm -rf ~; '", '$(id)', '`id`', 'a b', 'a\nb', '"', 'a;b', 'a|b', '@/etc/passwd', '']) {
  test(`what is no token is not pasted into a shell: ${JSON.stringify(bad)}`, () => {
    for (const form of ['current', 'older'] as const) {
      const command = exchangeCommand(issuer, { assertion: bad, form, device: bad })
      const said = command.replaceAll(/curl|-d|-H|https:\/\/id\.example/g, '')
      if (bad !== '') assert.ok(!said.includes(bad) || bad === '"', command)
      assert.match(command, /ASSERTION/)
    }
  })
}
