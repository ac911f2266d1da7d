import { type Document, Double } from 'bson';
import { artistCategories, artistGenres } from '../../../../stages/models/artist.ts';
import { CITIES, prose, TAGS, workTitle } from './words.ts';
import { daysAfter, type World } from './world.ts';

const NETWORKS = ['instagram', 'twitter', 'youtube', 'spotify', 'soundcloud', 'tiktok'];

/** One artist's profile, of the user whose role is artist in the same block. */
export function artistDocument(world: World, index: number): Document {
  const random = world.random('artists', index);
  const born = world.time('artists', index);
  const verified = random.chance(0.5);
  const featured = random.chance(0.1);
  const document: Document = {
    _id: world.id('artists', index),
    userId: world.id('users', world.userOfArtist(index)),
    category: artistCategories[index % artistCategories.length],
    location: random.pick(CITIES),
    rating: random.chance(0.3) ? random.int(0, 5) : new Double(random.int(0, 500) / 100),
    tags: random.some(TAGS, random.int(0, 5)),
    coverImage: random.chance(0.5) ? `/covers/${index}.jpg` : null,
    profileImage: random.chance(0.7) ? `/profiles/${index}.jpg` : null,
    followers: random.chance(0.1) ? new Double(random.int(0, 90_000)) : random.int(0, 90_000),
    completedProjects: random.int(0, 12),
    activeProjects: random.int(0, 3),
    totalEarned: world.money(random, random.int(0, 900_000) * 10_000),
    genre: Array.from({ length: 1 + (index % 3) }, (_, place) => artistGenres[(index + place) % artistGenres.length]),
  };
  if (index > world.counts.artists / 4) {
    document['totalStreams'] = world.count(random.int(0, 40) * random.int(0, 200_000_000));
    document['monthlyListeners'] = world.count(random.int(0, 2_000_000));
  }
  if (random.chance(0.8)) {
    const links = random.some(NETWORKS, random.int(0, 4));
    document['socialLinks'] = Object.fromEntries(links.map((name) => [name, `https://${name}.example/artist${index}`]));
  }
  document['achievements'] = Array.from({ length: random.int(0, 3) }, (_, place) => ({
    _id: world.partId('achievement', 'artists', index, place),
    title: workTitle(random),
    ...(random.chance(0.7) ? { description: prose(random, 1) } : {}),
    date: daysAfter(born, -random.int(10, 900)),
    image: random.chance(0.5) ? `/awards/${index}-${place}.png` : null,
  }));
  document['isVerified'] = verified;
  if (verified) document['verificationDate'] = daysAfter(born, 14);
  if (index > world.counts.artists / 4) {
    document['featured'] = featured;
    document['featuredDate'] = featured ? daysAfter(born, 60) : null;
  }
  document['createdAt'] = new Date(born);
  document['updatedAt'] = daysAfter(born, random.next() * 150);
  document['__v'] = random.int(0, 5);
  return document;
}
