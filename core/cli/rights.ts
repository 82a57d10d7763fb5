import { studiosRole } from '../database/template.ts'

/**
 * Whether the administrator's role may make studios, as one boolean `may`: databases and roles, and members of the role
 * that all roles of studios are in. That one is the server's: another installation's administrator may have made it.
 */
export const mayMakeStudios = `
  select rolsuper or (rolcreatedb and rolcreaterole and coalesce(
    (select pg_has_role(current_user, r.oid, 'member with admin option') from pg_roles r where r.rolname = '${studiosRole}'), true
  )) as may from pg_roles where rolname = current_user`

/** What gives it the right. */
export const grantRights = `alter role … createdb createrole; and where the role ${studiosRole} is there already: grant ${studiosRole} to … with admin option;`
