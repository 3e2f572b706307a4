import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStage } from './demo/stage.ts'
import { story } from './demo/story.ts'
import type { Given } from './given.ts'
import { bold, createOutput, dim } from './output.ts'

/** Tell the story on real processes. Ends with status 1 at the first step that does not hold. */
export async function run({ options, json }: Given): Promise<void> {
  const output = createOutput(json)
  const keep = options.keep === true
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
  const stage = await openStage(directory)
  // Whoever interrupts the story leaves nothing running behind.
  const leave = () => {
    stage.kill()
    rmSync(directory, { recursive: true, force: true })
    process.exit(1)
  }
  process.once('SIGINT', leave)
  process.once('SIGTERM', leave)
  const told: { step: string; proof: string; milliseconds: number }[] = []
  try {
    for (const [index, { title, play }] of story.entries()) {
      const beganAt = performance.now()
      const proof = await play(stage).catch((error: unknown) => {
        throw new Error(
          `step ${index + 1} does not hold: ${title}: ${error instanceof Error ? error.message : error}`,
        )
      })
      const milliseconds = Math.round(performance.now() - beganAt)
      told.push({ step: title, proof, milliseconds })
      if (!json)
        process.stdout.write(
          `${bold(`${String(index + 1).padStart(2)}. ${title}`)} ${dim(`${milliseconds} ms`)}\n    ${proof}\n`,
        )
    }
    output.result(`\nEach of the ${story.length} steps held.`, { held: true, steps: told })
    if (keep) await untilInterrupted(stage.issuer, stage.adminPassword, output.note)
  } finally {
    await stage.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function untilInterrupted(
  issuer: string,
  password: string,
  note: (text: string) => void,
): Promise<void> {
  note(`The server goes on at ${issuer}/console until Ctrl-C; sign in as admin with ${password}`)
  await new Promise<void>((resolve) => {
    const hold = setInterval(() => {}, 60_000)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.removeAllListeners(signal)
      process.once(signal, () => {
        clearInterval(hold)
        resolve()
      })
    }
  })
}
