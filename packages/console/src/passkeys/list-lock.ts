/**
 * Between the moment when an authenticator has a new passkey and that when the server knows it, a browser that is told which passkeys there are
 * would remove the new one. A lock of the browser keeps the two apart, in all tabs.
 */
export interface ListLock {
  /** Run `work`, which makes a passkey and has the server keep it. */
  whileMaking<Result>(work: () => Promise<Result>): Promise<Result>
  /** Run `work`, which asks the server for its list and tells the browser; not at all while a passkey is being made. */
  unlessMaking(work: () => Promise<void>): Promise<void>
}

const name = 'latchkey passkeys'

/** Without locks there are no tabs to keep apart: every browser that can be told has them. */
export function createListLock(locks: Pick<LockManager, 'request'> | undefined): ListLock {
  return {
    // Shared, so that a second tab may make one as well.
    whileMaking: (work) => (locks ? locks.request(name, { mode: 'shared' }, () => work()) : work()),
    async unlessMaking(work) {
      if (locks) await locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined))
      else await work()
    },
  }
}
