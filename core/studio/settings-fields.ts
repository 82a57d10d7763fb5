import { z } from 'zod'
import type { Translate } from '../i18n.ts'
import type { Plugin } from '../plugin.ts'

/** One field of a settings form, as views/parts/field.eta takes it. */
export interface SettingField {
  name: string
  label: string
  type: 'text' | 'number' | 'checkbox' | 'select'
  help: string
  value: unknown
  choices: { value: string; label: string }[]
}

interface Property {
  type?: string
  enum?: (string | number)[]
  anyOf?: Property[]
}

/**
 * The fields of a plugin's settings, drawn from its schema. Labels are the texts `<id>.settings.<field>`, sentences under
 * a field `<id>.settings.<field>_help`, words of a choice `<id>.settings.<field>_<word>`.
 */
export function settingFields(plugin: Plugin, values: Record<string, unknown>, t: Translate): SettingField[] {
  return Object.entries(properties(plugin)).map(([name, property]) => {
    const key = `${plugin.id}.settings.${name}`
    const help = t(`${key}_help`)
    const words = property.enum ?? []
    return {
      name,
      label: t(key),
      type: typeOf(property),
      help: help === `${key}_help` ? '' : help,
      value: values[name] ?? '',
      choices: words.map(word => ({ value: String(word), label: t(`${key}_${word}`) }))
    }
  })
}

/** What a browser posted: a box that is not ticked is not sent, and one that is says `on`. */
export function settingsBody(
  plugin: Plugin,
  body: Record<string, unknown> | null | undefined
): Record<string, unknown> {
  const boxes = Object.entries(properties(plugin)).filter(([, property]) => typeOf(property) === 'checkbox')
  return { ...body, ...Object.fromEntries(boxes.map(([name]) => [name, body?.[name] !== undefined])) }
}

function properties({ settings }: Plugin): Record<string, Property> {
  if (!settings) return {}
  const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' })
  return (schema.properties ?? {}) as Record<string, Property>
}

function typeOf({ type, enum: words, anyOf = [] }: Property): SettingField['type'] {
  if (type === 'boolean' || anyOf.some(one => one.type === 'boolean')) return 'checkbox'
  if (words) return 'select'
  return type === 'integer' || type === 'number' ? 'number' : 'text'
}
