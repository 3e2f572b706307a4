import { environmentName } from '../../packages/server/src/config/config.ts'
import { settings } from '../../packages/server/src/config/settings.ts'

/** docs/configuration.md, from the settings themselves. `npm run docs` writes it; a test says when it is no longer true. */
export function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const fallback = 'fallback' in setting && setting.fallback !== '' ? `\`${setting.fallback}\`` : ''
    return `| \`${environmentName(name)}\` | \`${name}\` | ${setting.about} | ${fallback} |`
  })
  return `# Settings

<!-- Written by \`npm run docs\` from packages/server/src/config/config.ts. -->

Nothing is needed for development. A setting comes from the environment or, where it is not set there, from \`latchkey.json\` beside the data
directory, as text: \`{"port": "9000"}\`. The data directory is \`.latchkey\` in development and \`latchkey-data\` in production, unless
\`LATCHKEY_DATA\` names another. \`latchkey doctor\` prints what is in force and what is unsafe.

| environment | file | what it is | unless set |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

if (import.meta.main) {
  const { writeFileSync } = await import('node:fs')
  writeFileSync('docs/configuration.md', configurationPage())
}
