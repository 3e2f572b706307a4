import { parentPort, workerData } from 'node:worker_threads'

/** Signs everybody in at once, in a thread of its own, and tells how often each status was answered. */
const { url, bodies } = workerData as { url: string; bodies: readonly string[] } // as sign-in.ts gives it

const statuses = await Promise.all(
  bodies.map(async (body) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    await answer.arrayBuffer()
    return answer.status
  }),
)

parentPort?.postMessage(statuses)
