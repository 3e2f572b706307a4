export {
  type BindingCode,
  type BindingState,
  type ClaimCode,
  createDevice,
  type Device,
  type DeviceCredentials,
  type DeviceOptions,
  type DeviceState,
} from './device.ts'
export { DeviceError, type DeviceErrorCode } from './device-error.ts'
export { loadOrCreateDeviceKey } from './device-key.ts'
export { type DeviceCommand, type DeviceTopics, topicsOf } from './topics.ts'
