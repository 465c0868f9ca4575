//! Control: a table of records under generation-tagged identifiers: a stale identifier finds nothing.

/// An identifier made of place and generation.
pub(crate) trait Key: Copy {
    fn new(index: u32, generation: u32) -> Self;
    fn parts(self) -> (u32, u32);
}

macro_rules! key {
    ($($name:ty),+) => { $(impl Key for $name {
        fn new(index: u32, generation: u32) -> Self { Self { index, generation } }
        fn parts(self) -> (u32, u32) { (self.index, self.generation) }
    })+ };
}
key!(crate::types::SessionId, crate::types::ConferenceId, crate::types::RecordingId);
key!(crate::types::LegKey, crate::types::BindingKey);

/// Records of type `V` under keys of type `K`, at most `limit`.
#[derive(Debug)]
pub(crate) struct Registry<K, V> {
    places: Vec<(u32, Option<V>)>,
    free: Vec<u32>,
    limit: usize,
    count: usize,
    _key: std::marker::PhantomData<K>,
}

impl<K: Key, V> Registry<K, V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { places: Vec::new(), free: Vec::new(), limit, count: 0, _key: std::marker::PhantomData }
    }

    /// Puts a record in; `None` (and no record) if the table is full.
    pub(crate) fn insert_with(&mut self, make: impl FnOnce(K) -> V) -> Option<K> {
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.places.len() < self.limit => {
                self.places.push((0, None));
                self.places.len() as u32 - 1
            }
            None => return None,
        };
        let place = &mut self.places[index as usize];
        place.0 = place.0.wrapping_add(1);
        let key = K::new(index, place.0);
        place.1 = Some(make(key));
        self.count += 1;
        Some(key)
    }

    pub(crate) fn get(&self, key: K) -> Option<&V> {
        let (index, generation) = key.parts();
        let (current, value) = self.places.get(index as usize)?;
        value.as_ref().filter(|_| *current == generation)
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let (index, generation) = key.parts();
        let (current, value) = self.places.get_mut(index as usize)?;
        value.as_mut().filter(|_| *current == generation)
    }

    pub(crate) fn remove(&mut self, key: K) -> Option<V> {
        let (index, generation) = key.parts();
        let (current, value) = self.places.get_mut(index as usize)?;
        if *current != generation {
            return None;
        }
        let value = value.take()?;
        self.free.push(index);
        self.count -= 1;
        Some(value)
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.places.iter_mut().filter_map(|(_, value)| value.as_mut())
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = K> {
        self.places.iter().enumerate().filter(|(_, (_, v))| v.is_some()).map(|(i, (g, _))| K::new(i as u32, *g))
    }
}
