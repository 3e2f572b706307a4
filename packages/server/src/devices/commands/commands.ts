import { type Details, device } from '../../activity/events.ts'
import type { EventReason } from '../../activity/schema/reasons.ts'
import { Refusal } from '../../errors.ts'
import type { Ground } from '../../ground.ts'
import type { Caller } from '../../identity.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import type { Live } from '../ground.ts'
import { authorize } from '../relations/relations.ts'

export interface Command {
  readonly uid: string
  /** One level of a topic: a word. */
  readonly method: string
  readonly payload: Uint8Array
  readonly timeoutMs: number
  /** Chosen by the caller, who waits for the reply under it; ours otherwise. */
  readonly rid?: string | undefined
  /** What the log says of it besides. */
  readonly details?: Details | undefined
}

export interface Reply {
  readonly rid: string
  /** As HTTP counts them; what each means is between the device and its users. */
  readonly status: number
  readonly payload: Uint8Array
}

/** A command that the device has received. `reply` resolves with its reply, or rejects with `device_silent`. */
export interface Sent {
  readonly rid: string
  readonly reply: Promise<Reply>
}

export interface Commands {
  /**
   * Send a command to a device that the caller may control.
   * @throws {Refusal} `device_not_found`, `permission_missing`, `device_offline`, `device_not_listening`, `command_in_flight`,
   * `too_many_requests`
   */
  control(caller: Caller, command: Command): Promise<Sent>
  /** Handle a reply of a device. False if no command waits for it. */
  takeReply(uid: string, rid: string, status: number, payload: Uint8Array): boolean
  /** Called when the server stops: commands that wait for a reply are ended. */
  stop(): void
}

interface Waiting {
  take(reply: Reply): void
  giveUp(why: Refusal): void
}

const whyUndelivered = {
  device_offline: 'the device is not connected',
  device_not_listening: 'the device is connected, and has not subscribed to its commands',
}

/** The most commands that may wait for one device, so that a slow device cannot use up the memory. */
const mostWaiting = 100

export function createCommands(
  ground: Ground & { readonly live: Pick<Live, 'deliver' | 'isOnline'> },
): Commands {
  const { world, activity, live } = ground
  const waiting = new Map<string, Map<string, Waiting>>()

  return {
    async control(caller, command) {
      const { uid, method } = command
      const write = (outcome: 'success' | 'failure', reason?: EventReason, details = {}) =>
        activity.recordAlone(caller, 'device.command', device(uid), {
          outcome,
          reason,
          details: { method, ...command.details, ...details },
        })
      const rid = command.rid ?? newIdentifier('cmd', world)
      await authorize(ground, caller, uid, 'control', method)
      const already = waiting.get(uid)
      const refused = { event: 'device.command', target: device(uid), details: { method } } as const
      if (already?.has(rid))
        throw new Refusal('command_in_flight', 'a command of this id waits for its reply', { refused })
      if (already && already.size >= mostWaiting)
        throw new Refusal('too_many_requests', 'too many commands wait at this device', { refused })

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
      if (!live.deliver(uid, `d/${uid}/cmd/${rid}/${method}`, command.payload)) {
        forget()
        const code = live.isOnline(uid) ? 'device_not_listening' : 'device_offline'
        await write('failure', code)
        throw new Refusal(code, whyUndelivered[code])
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
      // Collected first: ending a command changes the map.
      for (const one of [...waiting.values()].flatMap((here) => [...here.values()]))
        one.giveUp(new Refusal('stopping', 'this server is stopping'))
    },
  }
}
