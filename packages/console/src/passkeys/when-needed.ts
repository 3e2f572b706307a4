import { browserPlatform, obstacleOf } from './platform.ts'
import type { PasskeyRequests } from './requests.ts'
import type { PasskeySignals } from './signals.ts'

/** The requests and the signals of this page, whose script is loaded when one is first made: before the first page nobody waits for it. */
export function passkeysWhenNeeded(): {
  readonly passkeys: PasskeyRequests
  readonly signals: PasskeySignals
} {
  const platform = browserPlatform()
  const requests = loadedOnce(async () => (await import('./requests.ts')).createPasskeyRequests(platform))
  const signals = loadedOnce(async () => (await import('./signals.ts')).createPasskeySignals())
  return {
    passkeys: {
      obstacle: obstacleOf(platform),
      ask: async (load) => (await requests()).ask(load),
      offer: async (load, signal) => (await requests()).offer(load, signal),
      make: async (options, keep) => (await requests()).make(options, keep),
      canMakeSilently: async () => (await requests()).canMakeSilently(),
      makeSilently: async (options, keep) => (await requests()).makeSilently(options, keep),
    },
    signals: {
      // Nothing depends on a signal.
      known: (load) =>
        signals().then(
          ({ known }) => known(load),
          () => {},
        ),
      unknown: (rpId, credentialId) =>
        signals().then(
          ({ unknown }) => unknown(rpId, credentialId),
          () => {},
        ),
    },
  }
}

/** What `load` gives, once; after a failure it is tried again. */
function loadedOnce<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
