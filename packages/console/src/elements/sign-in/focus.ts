/** Focus the button of a step: the one that had the focus is gone. */
export function focusButton(place: HTMLElement | null): void {
  place?.querySelector('button')?.focus()
}
