import {
  badTokens,
  type Facts,
  type OtherProgram,
} from '../../packages/server/src/services/programs/program.ts'
import { programs } from '../../packages/server/src/services/programs/programs.ts'
import { shippedProfiles } from '../../packages/server/src/tokens/profiles/shipped.ts'

const keyWords = {
  issuer: 'The keys of this server sign, which sign for others as well.',
  own: 'A key of the service’s own signs, and nothing else is signed by it.',
  shared: 'A key that the service shares with this server signs.',
}

/** What the pages are filled in with: anything that can be told from the rest. */
function example({ profile, register, directory }: OtherProgram): Facts {
  const audience = /--audience (\S+)/.exec(register)?.[1] ?? profile
  const { signing } = shippedProfiles[profile]
  const algorithm = signing.algorithm === 'server' ? 'ES256' : signing.algorithm
  const pem = '-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n'
  const jwk =
    algorithm === 'EdDSA' ? { kty: 'OKP', crv: 'Ed25519', x: '' } : { kty: 'RSA', n: '…', e: 'AQAB' }
  return {
    issuer: 'https://id.example',
    audience,
    keySetUrl: `https://id.example/.well-known/jwks/${signing.key === 'own' ? audience : ''}.json`.replace(
      '/.json',
      '.json',
    ),
    algorithm,
    keys: [{ kid: 'KID', algorithm, jwk: { ...jwk, kid: 'KID' }, pem }],
    sharedKey: 'lk_shared_…',
    sign: ({ nats }) => `JWT_OF_THE_${(nats as { type: string }).type.toUpperCase()}`, // that is what NATS has signed
    directory,
    certificates: '/etc/ssl/certs/ca-certificates.crt',
  }
}

/** docs/profiles/{profile}.md for each program. `npm run docs` writes them; a test says when one is no longer true. */
export function profilePages(): { readonly file: string; readonly text: string }[] {
  return programs.map((program) => ({ file: `docs/profiles/${program.profile}.md`, text: pageOf(program) }))
}

function pageOf(program: OtherProgram): string {
  const { profile, title, package: name, version, about, register, takes, notes } = program
  const { signing, type } = shippedProfiles[profile]
  const files = program
    .files(example(program))
    .map(({ path, text }) => `\`${path}\`:\n\n\`\`\`\n${text}\`\`\`\n`)
  const rows = badTokens.map((bad) => `| ${bad} | ${takes.includes(bad) ? '**taken**' : 'refused'} |`)
  return `# ${title}

<!-- Written by \`npm run docs\` from packages/server/src/services/programs. -->

${about}

Run with Debian’s \`${name}\` ${version}, by \`npm run test:interop\`.

\`\`\`sh
${register}
\`\`\`

${keyWords[signing.key]} Tokens have \`typ: ${type}\` and are signed with ${signing.algorithm === 'server' ? 'the algorithm of the server' : signing.algorithm}. See [services](../services.md) for
who gets one, and for what can be changed in a profile.

## Configuration

\`latchkey services configuration NAME\` prints it with the keys and addresses of a service, and so does its page in the console.

${files.join('\n')}
## What it does with a bad token

| a token that is | |
| --- | --- |
${rows.join('\n')}
${notes.length > 0 ? `\n${notes.map((note) => `- ${note}`).join('\n')}\n` : ''}`
}

if (import.meta.main) {
  const { mkdirSync, writeFileSync } = await import('node:fs')
  mkdirSync('docs/profiles', { recursive: true })
  for (const { file, text } of profilePages()) writeFileSync(file, text)
}
