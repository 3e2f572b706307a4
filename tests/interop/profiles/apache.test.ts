import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { modAuthOpenidc, modOauth2 } from '../../../packages/server/src/services/programs/apache.ts'
import type { OtherProgram } from '../../../packages/server/src/services/programs/program.ts'
import { freePort } from '../../../packages/server/test/free-port.ts'
import { presentAll } from './cases.ts'
import { type Issuer, openIssuer } from './issuer.ts'
import { install, skipUnlessProgram, startProgram } from './program.ts'
import { registered } from './registered.ts'

const modules = '/usr/lib/apache2/modules'

const rows: { program: OtherProgram; module: string }[] = [
  { program: modAuthOpenidc, module: 'auth_openidc' },
  { program: modOauth2, module: 'oauth2' },
]

for (const { program, module } of rows) {
  const file = `${modules}/mod_${module}.so`
  const skip = skipUnlessProgram(program.package, file)
  test(`${program.title} serves whom a token names`, { skip }, async (t) => {
    const issuer = await openIssuer(t)
    const { forger, facts } = await registered(issuer, program)
    const port = await freePort()
    const main = `${issuer.directory}/apache.conf`
    const trusted = program.files(facts).map(({ path, text }) => ({
      path,
      // It trusts what the system trusts, and the certificate of this test is not among that.
      text: text.replace('jwks_uri.ssl_verify=true', 'jwks_uri.ssl_verify=false'),
    }))
    install([...trusted, { path: main, text: ownLines(issuer, port, module, facts.directory) }])
    install([{ path: `${issuer.directory}/www/index.html`, text: 'hello\n' }])
    const args = ['-f', main, '-D', 'FOREGROUND']
    await startProgram(t, { command: 'apache2', args, directory: issuer.directory, port })
    const ask = (token?: string) =>
      fetch(`http://127.0.0.1:${port}/index.html`, {
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      })
    const takes = async (token: string) => {
      const answer = await ask(token)
      assert.ok([200, 401].includes(answer.status), `${answer.status}`)
      return answer.status === 200
    }
    await presentAll(t, forger, takes, program.takes)
    await t.test(
      'tells who it is, takes one of several audiences, and refuses requests without a token',
      async () => {
        assert.equal((await ask(forger.good)).headers.get('x-subject'), forger.claims.sub)
        assert.equal(await takes(forger.signed({ aud: ['another', facts.audience] })), true)
        assert.equal((await ask()).status, 401)
      },
    )
  })
}

function ownLines({ directory }: Issuer, port: number, module: string, included: string): string {
  const loaded = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'alias', 'headers', module]
  return [
    `ServerRoot ${directory}`,
    `PidFile ${directory}/pid`,
    `ErrorLog ${directory}/error.log`,
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    ...(userInfo().uid === 0 ? ['User www-data', 'Group www-data'] : []),
    ...loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
    `DocumentRoot ${directory}/www`,
    `Include ${included}/latchkey.conf`,
    'Header always set X-Subject "expr=%{REMOTE_USER}"',
    '',
  ].join('\n')
}
