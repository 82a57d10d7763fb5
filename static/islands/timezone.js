// The hidden field of a new studio: the browser's own time zone, as an IANA name.

/** @param {HTMLInputElement} field */
export default function timezone(field) {
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone
}
