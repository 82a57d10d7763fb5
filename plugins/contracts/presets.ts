import { english } from './presets-en.ts'
import { french } from './presets-fr.ts'

/** A text to begin from. Not legal advice: to be checked by a lawyer, and it says so. */
export interface Preset {
  /** `service_fr` */
  key: string
  language: 'fr' | 'en'
  name: string
  /** The state of the law it was written at. */
  as_of: string
  body: string
}

export const presets: readonly Preset[] = [...french, ...english]

export const findPreset = (key: string): Preset | undefined => presets.find(preset => preset.key === key)
