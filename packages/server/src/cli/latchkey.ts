import { enableCompileCache } from 'node:module'

// Compiled code is kept between runs: it halves the time to listening when run from source.
enableCompileCache()
// `latchkey activity search | head` closes our output before its end, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
const { createProgram } = await import('./program.ts')
await createProgram().parseAsync()
