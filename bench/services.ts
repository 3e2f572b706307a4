import type { Benchmark } from './benchmark.ts'
import { apiKeyRow } from './services/api-key.ts'
import { exchangeRow } from './services/exchange.ts'

export const benchmark: Benchmark = {
  title: 'services and partners: the nonce exchange, and API keys at a guard',
  async run() {
    return [await exchangeRow(), await apiKeyRow()]
  },
}
