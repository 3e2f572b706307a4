import { type ComponentChildren, Fragment } from 'preact'
import { useState } from 'preact/hooks'
import { useWords } from '../context.ts'

/** What is stored, as it was when somebody began to change it; `end` lets it go on. */
export function useBegun<Stored>(stored: Stored) {
  const [begun, setBegun] = useState<Stored>()
  return {
    shown: begun ?? stored,
    begin: () => setBegun((before) => before ?? stored),
    end: () => setBegun(undefined),
  }
}

interface EditedProps<Stored> {
  readonly stored: Stored
  /** Another one where what is shown of it is another. */
  readonly versionOf: (stored: Stored) => string | number
  /** Asks for what is stored now, after a change and after one that was refused. */
  readonly onChanged: () => void
  /** The fields of what is shown; `change` does what the form is for. */
  readonly children: (
    shown: Stored,
    change: (work: () => Promise<void>) => Promise<void>,
  ) => ComponentChildren
}

/**
 * What somebody changes: as it was when they began, whatever another person changes meanwhile. Nothing that was typed is lost without
 * being asked for, and nobody undoes a change that they have not seen.
 */
export function Edited<Stored>({ stored, versionOf, onChanged, children }: EditedProps<Stored>) {
  const say = useWords()
  const { shown, begin, end } = useBegun(stored)
  const isBehind = versionOf(shown) !== versionOf(stored)
  const change = async (work: () => Promise<void>) => {
    try {
      await work()
      end()
    } finally {
      onChanged()
    }
  }
  return (
    <>
      <div onInput={begin}>
        {/* The key: the fields are those of what is shown. */}
        <Fragment key={versionOf(shown)}>{children(shown, change)}</Fragment>
      </div>
      {isBehind && (
        <div class="notice" role="alert">
          <p>{say.changedMeanwhile}</p>
          <p class="below">
            <button type="button" onClick={end}>
              {say.showStored}
            </button>
          </p>
        </div>
      )}
    </>
  )
}
