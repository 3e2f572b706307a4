import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

/** What a page says in words that a program has, for samples that show only what is new. */
const given: Readonly<Record<string, string>> = {
  // Some of its samples run in a browser alone.
  'docs/client.md': '/// <reference lib="dom" />',
  'docs/compat-flask-jwt.md': `
    declare function authenticate(username: string, password: string): { id: number } | undefined
    declare function identity(payload: Readonly<Record<string, unknown>>): { id: number } | undefined`,
  'docs/compat-drf-jwt.md': `
    import type { JwtUsers } from 'latchkey/compat/drf-jwt'
    declare const app: import('express').Express
    declare const users: JwtUsers<{ pk: number; username: string; is_active: boolean }>
    declare const handler: import('express').RequestHandler`,
  'docs/compat-simplejwt.md': `
    import type { SimpleUsers } from 'latchkey/compat/simplejwt'
    declare const app: import('express').Express
    declare const users: SimpleUsers<{ id: number; username: string; password: string; is_active: boolean }>`,
}

// Beside the frameworks, so that samples find them.
const frameworks = 'examples/frameworks'
const skip = existsSync(join(frameworks, 'node_modules'))
  ? false
  : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

test('every TypeScript sample of the README and of the pages compiles, and every JavaScript one can be read', {
  skip,
}, (t) => {
  const folder = mkdtempSync(join(frameworks, '.applied-samples-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  let samples = 0
  for (const page of globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'])) {
    const found = readFileSync(page, 'utf8').matchAll(/^```(ts|js)\n([\s\S]*?)^```/gm)
    for (const [index, [, language, sample]] of [...found].entries()) {
      samples++
      // So that two samples do not see each other's names.
      const text = `${language === 'ts' ? (given[page] ?? '') : ''}\n${sample}\nexport {}\n`
      writeFileSync(join(folder, `${basename(page, '.md')}-${index}.${language}`), text)
    }
  }
  assert.ok(samples >= 12, `${samples} samples were found`)
  const config = {
    extends: '../tsconfig.json',
    // As people have it; ours is stricter than that.
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      exactOptionalPropertyTypes: false,
      allowJs: true,
    },
    include: ['*.ts', '*.js'],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { status, stdout } = spawnSync('tsc', ['--noEmit', '-p', folder], { encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})
