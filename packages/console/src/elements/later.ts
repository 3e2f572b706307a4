import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/**
 * A part of a page that is loaded after it, because it is large and stands below, or because few need it. Undefined until then, and if it
 * cannot be loaded: the rest of the page is there. Nothing is loaded without `load`.
 */
export function useLater<Props>(
  load: (() => Promise<FunctionComponent<Props>>) | undefined,
): FunctionComponent<Props> | undefined {
  const [loaded, setLoaded] = useState<{ readonly Part: FunctionComponent<Props> }>()
  useEffect(() => {
    let isGone = false
    load?.().then(
      (Part) => !isGone && setLoaded({ Part }),
      () => {},
    )
    return () => {
      isGone = true
    }
  }, [load])
  return loaded?.Part
}
