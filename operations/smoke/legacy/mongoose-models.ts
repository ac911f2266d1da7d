import { Mongoose } from 'mongoose';
import { toSourceUnavailable } from '../../../engine/source/mongodb/errors.ts';
import { models } from '../../../stages/models/index.ts';
import type { Filter, FindOptions, LegacyDocument, LegacyModels, ModelName } from './models.ts';

/**
 * The platform’s own Mongoose models over a connection of their own, which connects when it is first asked. It only
 * reads; readPreference and everything else are those of the URI.
 * @param label the source without credentials, for messages
 */
export function mongooseModels(uri: string, label: string): LegacyModels {
  const mongoose = new Mongoose({ autoIndex: false, autoCreate: false });
  // Texts that are not valid UTF-8 lie in quarantine: an answer with one of them is no reason to stop.
  const connection = mongoose.createConnection(uri, {
    ...{ appName: 'mongo-to-prisma smoke tests', maxPoolSize: 4, enableUtf8Validation: false },
  });
  const connected = connection.asPromise();
  // Whoever asks first hears of it.
  connected.catch(() => {});
  for (const model of Object.values(models)) connection.model(model.modelName, model.schema);
  return {
    served: true,
    async find(name: ModelName, filter: Filter, { select, ...options }: FindOptions = {}) {
      try {
        await connected;
        const model = connection.model(models[name].modelName);
        return (await model.find(filter, select?.join(' ') ?? null, { ...options })) as LegacyDocument[];
      } catch (error) {
        throw toSourceUnavailable(error, label);
      }
    },
    close: () => connection.close(),
  };
}
