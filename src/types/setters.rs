//! Pure: setters that chain, for settings with open fields: named after the field, whose text says what it is and its range.

/// Makes them: `setters! { Settings { field: Type, … } }`.
macro_rules! setters {
    ($settings:ident { $($field:ident: $kind:ty),+ $(,)? }) => {
        impl $settings {
            $(
                #[doc = concat!("With this [`", stringify!($field), "`](Self#structfield.", stringify!($field), ").")]
                #[must_use]
                pub const fn $field(mut self, $field: $kind) -> Self {
                    self.$field = $field;
                    self
                }
            )+
        }
    };
}
pub(crate) use setters;
