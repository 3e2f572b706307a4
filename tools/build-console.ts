/**
 * The last step of `npm run build`: what the console needs beside its compiled modules, put where the published
 * server looks for it.
 */
import { copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { libraries } from '../packages/server/src/http/console-files.ts'

const source = join(import.meta.dirname, '../packages/console/src')
const published = join(import.meta.dirname, '../packages/server/dist/console')
const require = createRequire(join(source, 'main.ts'))

for (const file of ['console.css', 'icon.svg']) copyFileSync(join(source, file), join(published, file))
for (const [name, file] of Object.entries(libraries))
  copyFileSync(require.resolve(name), join(published, file))
// Its licence asks that it goes where the code goes.
copyFileSync(
  join(dirname(require.resolve('preact/package.json')), 'LICENSE'),
  join(published, 'preact-LICENSE'),
)
