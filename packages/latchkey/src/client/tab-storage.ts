import { type Locks, platformLocks } from './locks.ts'
import type { StoredSession } from './session.ts'
import type { OpenStorage, SessionStorage } from './storage.ts'

/** The part of BroadcastChannel (HTML Standard, section 9.5) that is used. */
interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: { readonly data: unknown }) => void) | null
  close(): void
  /** Node has it: a channel must not be why a process does not end. */
  unref?(): void
}

interface TabStorageOptions {
  readonly openChannel?: ((name: string) => Channel) | undefined
  readonly locks?: Locks | undefined
}

/** The session, and the number of changes so far: the higher number is newer. */
interface Known {
  readonly version: number
  readonly session: unknown
}

/** How long the answer of a tab is awaited: the whole time only for one that is stopped or was just closed. */
const answerMs = 1_000
/** The same without locks: the number of tabs is unknown, so every opening waits this long. */
const blindAnswerMs = 100

/**
 * Keeps the session in the memory of all tabs of this origin: a new tab asks the others. Closing the last tab, or
 * reloading the only one, forgets it. Where the platform has no BroadcastChannel, each tab has its own.
 *
 * @example
 * ```ts
 * import { createClient, tabStorage } from 'latchkey/client'
 *
 * const client = createClient({ issuer: 'https://id.example.com', storage: tabStorage })
 * ```
 */
export const tabStorage: OpenStorage = (name) => createTabStorage(name, platformParts())

function platformParts(): TabStorageOptions {
  const { BroadcastChannel } = globalThis as { BroadcastChannel?: new (name: string) => Channel } // or absent
  return {
    openChannel: BroadcastChannel && ((name) => new BroadcastChannel(name)),
    locks: platformLocks(),
  }
}

export function createTabStorage(name: string, { openChannel, locks }: TabStorageOptions): SessionStorage {
  const id = `${Math.random()}`.slice(2) // distinguishes tabs; not a secret
  const tabs = `${name}#tab#`
  const channel = openChannel?.(name)
  channel?.unref?.()
  const leaving = Promise.withResolvers<void>()
  const listeners = new Set<(session: unknown) => void>()
  /** Called for each tab that answers, by the number of the question. */
  const answered = new Map<number, (from: string) => void>()
  let known: Known = { version: 0, session: undefined }
  let questions = 0
  let isOpen = true

  // Each tab holds a lock of its own as long as it lives, so that the others know how many answers to wait for.
  const present = new Promise<void>((resolve) => {
    if (channel === undefined || locks === undefined) return resolve()
    locks
      .request(tabs + id, {}, () => {
        resolve()
        return leaving.promise
      })
      .catch(() => resolve())
  })

  function learn(told: Known): void {
    // Of two concurrent changes, a sign-out wins.
    const counts =
      told.version > known.version ||
      (told.version === known.version && told.session === undefined && known.session !== undefined)
    if (!counts) return
    known = told
    for (const listener of listeners) listener(known.session)
  }

  function change(session: StoredSession | undefined): void {
    known = { version: known.version + 1, session }
    channel?.postMessage({ kind: 'changed', ...known })
  }

  if (channel !== undefined) {
    channel.onmessage = ({ data }) => {
      const message = data as Partial<Message> | null // every tab of this origin could say anything
      if (!isOpen || typeof message !== 'object' || message === null) return
      if (message.kind === 'asked') {
        const { from, question } = message
        channel.postMessage({ kind: 'answered', to: from, from: id, question, ...known })
        return
      }
      const { version, session } = message
      if (typeof version !== 'number' || !Number.isSafeInteger(version)) return
      if (message.kind === 'changed') learn({ version, session })
      else if (message.kind === 'answered' && message.to === id) {
        learn({ version, session })
        answered.get(message.question ?? 0)?.(message.from ?? '')
      }
    }
  }

  /** Ask every tab. A change may still be on its way; the answer of its writer arrives after it. */
  async function askAll(): Promise<void> {
    if (channel === undefined) return
    const others = locks === undefined ? undefined : await othersBy(locks)
    if (others === 0 || (others === undefined && questions > 0)) return
    const question = ++questions
    const from = new Set<string>()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, others === undefined ? blindAnswerMs : answerMs)
      answered.set(question, (tab) => {
        if (from.add(tab).size !== others) return
        clearTimeout(timer)
        resolve()
      })
      channel.postMessage({ kind: 'asked', from: id, question })
    })
    answered.delete(question)
  }

  async function othersBy(locks: Locks): Promise<number> {
    await present
    const { held = [] } = await locks.query()
    return held.filter((lock) => lock.name?.startsWith(tabs) && lock.name !== tabs + id).length
  }

  return {
    async read() {
      await askAll()
      return known.session
    },
    async write(session) {
      await present
      change(session)
    },
    async remove() {
      change(undefined)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      isOpen = false
      channel?.close()
      leaving.resolve()
    },
  }
}

interface Message extends Known {
  readonly kind: 'changed' | 'asked' | 'answered'
  readonly from: string
  readonly to: string
  readonly question: number
}
