import type { Explanation } from 'latchkey/token/explain/codes'
import { type ChosenKeys, nameOf, type Reading } from './chosen-keys.ts'
import type { ServerKeys } from './server-keys.ts'
import type { Words } from './words/words.ts'

interface KeyPanelProps {
  readonly words: Words
  readonly serverKeys: ServerKeys
  readonly chosen: ChosenKeys
  readonly explanation: Explanation | undefined
}

const readings = ['base64', 'base64url', 'hex'] as const

export function KeyPanel({ words, serverKeys, chosen, explanation }: KeyPanelProps) {
  const { screen } = words
  const { source, text, wanted, form, unusable, fault, choose } = chosen
  // One key may stand for several algorithms; those that fit, or were tried, tell something.
  const tried = explanation?.keys.filter(({ fit }) => fit !== 'other_algorithm') ?? []
  const isUnchecked = explanation?.findings.some(({ code }) => code === 'signature_not_checked')
  return (
    <section>
      <h2>{screen.keys}</h2>
      {(['server', 'own'] as const).map((one) => (
        <label key={one} class="check">
          <input
            type="radio"
            name="source"
            checked={source === one}
            onChange={() => choose(one, text, wanted)}
          />
          {one === 'own'
            ? screen.ownKey
            : serverKeys.isLoaded
              ? screen.serverKeys(new Set(serverKeys.keys.map(({ keyId }) => keyId)).size)
              : screen.noServerKeys}
        </label>
      ))}
      {source === 'server' && isUnchecked && <p class="hint">{screen.notOurs}</p>}
      {source === 'own' && (
        <>
          <div class="field">
            <label for="key">{screen.keyText}</label>
            <textarea
              id="key"
              class="mono"
              rows={5}
              value={text}
              spellcheck={false}
              autocomplete="off"
              onInput={(event) => choose(source, event.currentTarget.value, wanted)}
            />
            <p class="hint">
              {screen.keyHint} {form !== 'nothing' && screen.readIt(form)}{' '}
              {unusable > 0 && screen.unusable(unusable)}
            </p>
          </div>
          {fault !== '' && (
            <p class="bad" role="alert">
              {screen.keyFault(fault)}
            </p>
          )}
          {form === 'secret' && (
            <div class="field">
              <label for="reading">{screen.reading}</label>
              <select
                id="reading"
                value={wanted}
                onChange={(event) => choose(source, text, event.currentTarget.value as Reading)} // of the options below
              >
                <option value="auto">{screen.readAuto}</option>
                <option value="text">{screen.readText}</option>
                {readings.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </div>
          )}
        </>
      )}
      {tried.length > 0 && (
        <ul class="findings">
          {tried.map((key, index) => (
            <li key={index}>{screen.tried(nameOf(words, key), words.fits[key.fit])}</li>
          ))}
        </ul>
      )}
    </section>
  )
}
