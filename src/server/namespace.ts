import { invalidArgument, ServiceError } from '../api/service-error.ts';

const DEFAULT_NAMESPACE = 'default';

/** Refuses a namespace that there is not. Registering more of them comes with the server. */
export function checkNamespace(namespace: string): void {
  if (namespace === DEFAULT_NAMESPACE) return;
  if (!namespace) throw invalidArgument('Namespace is empty.');
  throw new ServiceError('NOT_FOUND', `Namespace ${namespace} is not found.`, {
    type: 'NamespaceNotFoundFailure',
    namespace,
  });
}
