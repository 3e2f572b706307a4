import type { By } from '../../activity/events.ts'
import { Refusal } from '../../errors.ts'
import type { Identity } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { DeviceParts } from '../devices.ts'
import { demand } from '../relations/relations.ts'

export interface Command {
  readonly uid: string
  /** One level of a topic: a word. */
  readonly method: string
  readonly payload: Uint8Array
  readonly timeoutMs: number
  /** Chosen by the caller, who waits for the reply under it; ours otherwise. */
  readonly rid?: string | undefined
}

export interface Reply {
  readonly rid: string
  /** As HTTP counts them; what each means is between the device and its users. */
  readonly status: number
  readonly payload: Uint8Array
}

/** What became of a command that was let through: the device has it, and `reply` comes or refuses with `device_silent`. */
export interface Sent {
  readonly rid: string
  readonly reply: Promise<Reply>
}

export interface Commands {
  /**
   * Send a command to a device that the caller may control.
   * @throws {Refusal} `device_not_found`, `permission_missing`, `device_offline`, `command_in_flight`
   */
  control(caller: Identity, command: Command, by: By): Promise<Sent>
  /** A device answered. False where nobody waits any more, or ever did. */
  takeReply(uid: string, rid: string, status: number, payload: Uint8Array): boolean
  /** The server stops: nobody is left waiting for a reply that cannot come. */
  stop(): void
}

interface Waiting {
  take(reply: Reply): void
  giveUp(why: Refusal): void
}

/** Hands a message to the device's live connection. False if there is none that takes commands. */
export type Deliver = (uid: string, topic: string, payload: Uint8Array) => boolean

/** So many commands may wait at one device; a device answers in its own time, and memory is ours. */
const mostWaiting = 100

export function createCommands(parts: DeviceParts & { readonly deliver: Deliver }): Commands {
  const { world, deliver } = parts
  const waiting = new Map<string, Map<string, Waiting>>()

  return {
    async control(caller, command, by) {
      const { uid, method } = command
      const write = (outcome: 'success' | 'refused' | 'failure', reason?: string, details = {}) =>
        parts.activity.recordAlone({
          ...by,
          event: 'device.command',
          outcome,
          reason,
          target: uid,
          targetKind: 'device',
          details: { method, ...details },
        })
      const rid = command.rid ?? newIdentifier('cmd', world)
      try {
        await demand(parts, caller, uid, 'control')
        const already = waiting.get(uid)
        if (already?.has(rid))
          throw new Refusal('command_in_flight', 'a command of this id waits for its reply')
        if (already && already.size >= mostWaiting)
          throw new Refusal('too_many_requests', 'too many commands wait at this device')
      } catch (error) {
        if (error instanceof Refusal) await write('refused', error.code)
        throw error
      }

      const here = waiting.get(uid) ?? new Map<string, Waiting>()
      waiting.set(uid, here)
      const sentAt = world.now()
      const { promise, resolve, reject } = Promise.withResolvers<Reply>()
      const giveUp = (why: Refusal) => {
        forget()
        reject(why)
      }
      const silence = setTimeout(
        () => giveUp(new Refusal('device_silent', 'the device did not answer in time')),
        command.timeoutMs,
      )
      const forget = () => {
        clearTimeout(silence)
        here.delete(rid)
        if (here.size === 0) waiting.delete(uid)
      }
      // Listening starts before the command leaves: a quick device may answer within the same turn.
      here.set(rid, {
        take(reply) {
          forget()
          resolve(reply)
        },
        giveUp,
      })
      if (!deliver(uid, `d/${uid}/cmd/${rid}/${method}`, command.payload)) {
        forget()
        await write('failure', 'device_offline')
        throw new Refusal('device_offline', 'the device is not connected')
      }
      const reply = promise.then(
        async (answer) => {
          await write('success', undefined, { status: answer.status, milliseconds: world.now() - sentAt })
          return answer
        },
        async (why: Refusal) => {
          await write('failure', why.code)
          throw why
        },
      )
      return { rid, reply }
    },

    takeReply(uid, rid, status, payload) {
      const found = waiting.get(uid)?.get(rid)
      found?.take({ rid, status, payload })
      return found !== undefined
    },

    stop() {
      // Collected first: giving one up takes it out of what is being walked.
      for (const one of [...waiting.values()].flatMap((here) => [...here.values()]))
        one.giveUp(new Refusal('stopping', 'this server is stopping'))
    },
  }
}
