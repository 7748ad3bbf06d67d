/** The one rule for names of deployments, namespaces and configs: an RFC 1123 DNS label. */
import * as v from 'valibot';

/** 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit. */
export const dnsLabel = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a DNS label: 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit',
  ),
);

/** The namespace of a resource that names none. */
export const defaultNamespace = 'default';

/**
 * The qualified id of a resource, `<name>.<namespace>`, used when another namespace already holds the plain name as an
 * id.
 */
export const qualifiedId = (name: string, namespace: string): string => `${name}.${namespace}`;
