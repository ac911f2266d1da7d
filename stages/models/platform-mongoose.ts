import { Mongoose } from 'mongoose';

/**
 * The Mongoose instance that the platform's models are compiled on.
 *
 * It is an instance of its own and is never connected: the models only judge plain documents (cast, default, validate).
 * With autoIndex and autoCreate off, compiling a model queues no command that would wait for a connection.
 */
export const platformMongoose = new Mongoose();
platformMongoose.set('autoIndex', false);
platformMongoose.set('autoCreate', false);
platformMongoose.set('bufferCommands', false);
