import { configurationOf } from '../../services/programs/configuration.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'
import { serviceNamed } from './named.ts'

export async function run({ args: [name = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { program, files } = await configurationOf(app, app.db, await serviceNamed(app, name))
    const text = files.map(({ path, text }) => `# ${path}\n${text}`).join('\n')
    createOutput(json).result(text, { program: program.title, files })
  })
}
