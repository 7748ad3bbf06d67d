/**
 * Routes a request to its endpoint: base path, HEAD with each GET, 405 with Allow, 404 otherwise. The only file that
 * uses the router library; serve.ts runs the endpoint.
 */
import { type IRequest, Router } from 'itty-router';
import { RingError } from '../core/errors.ts';
import type { Authenticate } from '../core/ports.ts';
import type { AnyEndpoint } from './endpoint.ts';
import {
  type HostOptions,
  methodsOf,
  occurrenceOf,
  type RequestSource,
  refuse,
  refuseMethod,
  refusePath,
} from './host.ts';
import { locate, normalBase, refuseMalformed } from './path.ts';
import { answer, mount, type ServingPorts } from './serve.ts';

/** Serves a list of endpoints; the function never rejects. */
export const createRouter = <Ports extends ServingPorts & { readonly authenticate: Authenticate }>(
  list: readonly AnyEndpoint<NoInfer<Ports>>[],
  ports: Ports,
  options: HostOptions = {},
): ((request: Request, source?: RequestSource) => Promise<Response>) => {
  const base = normalBase(options.basePath);
  // A router tries its routes one after the other: with one for each first segment it has only a few to try.
  const makeRouter = () => Router<IRequest, [RequestSource | undefined], Response>({ base });
  const routers = new Map<string, ReturnType<typeof makeRouter>>();
  for (const [path, endpoints] of byPath(list)) {
    // One route per path, because each route before the requested one is tried without a match.
    const mounted = new Map(
      endpoints.flatMap((endpoint) => {
        const one = mount<Ports>(endpoint, ports);
        return methodsOf([endpoint]).map((method) => [method, one] as const);
      }),
    );
    const router = routers.get(firstSegment(path)) ?? makeRouter();
    routers.set(firstSegment(path), router);
    router.all(path, (routed, source) => {
      const request = routed as Request & IRequest;
      const asked = mounted.get(request.method);
      if (asked) return answer(asked, request, { params: request.params, options, source });
      return refuseMethod(endpoints, occurrenceOf(request, options), options);
    });
  }
  return async (request, source) => {
    try {
      const { path } = locate(request.url);
      refuseMalformed(path);
      const router = routers.get(firstSegment(path.slice(base.length)));
      const response: Response | undefined = await router?.fetch(request, source);
      if (response) return response;
      if (URL.canParse(request.url)) return refusePath(occurrenceOf(request, options), options);
    } catch (error) {
      if (URL.canParse(request.url)) return refuse(error, occurrenceOf(request, options), options);
    }
    const malformed = new RingError('INVALID_REQUEST', 'The URL is malformed');
    return refuse(malformed, occurrenceOf(request, options), options);
  };
};

/** `deployments` of `/deployments/web`. */
const firstSegment = (path: string): string => path.split('/', 2)[1] ?? '';

/** Groups endpoints by path, literal paths before patterns that would match them too. */
const byPath = <Ports>(list: readonly AnyEndpoint<Ports>[]): Map<string, AnyEndpoint<Ports>[]> => {
  const paths = new Map<string, AnyEndpoint<Ports>[]>();
  const parameters = (path: string) => path.split(':').length;
  for (const endpoint of [...list].sort((one, other) => parameters(one.path) - parameters(other.path))) {
    paths.set(endpoint.path, [...(paths.get(endpoint.path) ?? []), endpoint]);
  }
  return paths;
};
