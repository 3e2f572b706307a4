/** The formats in which Prometheus reads metrics. */
export type Format = 'text' | 'openmetrics'

export const contentTypes: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

type Kind = 'counter' | 'gauge' | 'histogram'
type Labels = Readonly<Record<string, string>>

/** One value of a metric. */
export interface Sample {
  readonly value: number
  readonly labels?: Labels
}

/** A histogram: how many values were at most as large as each bound, how many there were, and their sum. */
export interface HistogramSample {
  readonly labels: Labels
  readonly cumulative: readonly number[]
  readonly count: number
  readonly sum: number
}

export interface Writer {
  /** A counter's name ends in `_total`. */
  add(kind: 'counter' | 'gauge', name: string, help: string, samples: readonly Sample[]): void
  addHistogram(
    name: string,
    help: string,
    bounds: readonly number[],
    samples: readonly HistogramSample[],
  ): void
  text(): string
}

export function createWriter(format: Format): Writer {
  const lines: string[] = []
  function head(kind: Kind, name: string, help: string): void {
    // OpenMetrics names the family, and 0.0.4 the sample.
    const isFamily = format === 'openmetrics' && kind === 'counter' && name.endsWith('_total')
    const family = isFamily ? name.slice(0, -'_total'.length) : name
    lines.push(`# HELP ${family} ${help}`, `# TYPE ${family} ${kind}`)
  }
  return {
    add(kind, name, help, samples) {
      if (samples.length === 0) return
      head(kind, name, help)
      for (const { value, labels = {} } of samples) lines.push(`${name}${labelText(labels)} ${value}`)
    },
    addHistogram(name, help, bounds, samples) {
      if (samples.length === 0) return
      head('histogram', name, help)
      for (const { labels, cumulative, count, sum } of samples) {
        for (const [at, bound] of bounds.entries()) {
          lines.push(`${name}_bucket${labelText({ ...labels, le: String(bound) })} ${cumulative[at] ?? 0}`)
        }
        lines.push(`${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`)
        lines.push(`${name}_sum${labelText(labels)} ${sum}`, `${name}_count${labelText(labels)} ${count}`)
      }
    },
    text: () => `${lines.join('\n')}\n${format === 'openmetrics' ? '# EOF\n' : ''}`,
  }
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
