//! The public surface, read from the sources: a checked-in list that changes only on purpose, and
//! documentation that leaves nothing out.

use std::{collections::BTreeMap, path::Path};

use syn::{
    Attribute, Block, Expr, Fields, File, ImplItem, Item, ItemUse, Lit, Meta, MetaNameValue,
    TraitItem, Type, UseTree, Visibility, parse_quote,
};

/// The items that `lib.rs` exports, by module and in the order of the source, and the impls of them.
fn exported_items() -> Vec<Item> {
    let library = parse("lib");
    let mut exports: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in &library.items {
        if let Item::Use(ItemUse { vis: Visibility::Public(_), tree, .. }) = item {
            collect(tree, &mut Vec::new(), &mut exports);
        }
    }
    let names: Vec<&String> = exports.values().flatten().collect();
    assert!(!names.is_empty(), "lib.rs exports something");
    let of_interest = |item: &Item| match item {
        Item::Impl(item) => type_name(&item.self_ty).is_some_and(|name| names.contains(&&name)),
        item => name_of(item).is_some_and(|name| names.contains(&&name)),
    };
    let modules = exports.keys().map(|module| parse(module));
    modules
        .flat_map(|module| module.items.into_iter().filter(of_interest).collect::<Vec<_>>())
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "the subject of the test are the source files")]
fn parse(module: &str) -> File {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/{module}.rs"));
    let text = std::fs::read_to_string(&path).expect("every exported module is a file");
    syn::parse_file(&text).expect("what compiles can be parsed")
}

/// Adds what `pub use crate::{module::{name, name}}` exports.
fn collect(tree: &UseTree, path: &mut Vec<String>, exports: &mut BTreeMap<String, Vec<String>>) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            collect(&tree.tree, path, exports);
            path.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, path, exports)),
        UseTree::Name(name) => {
            let module = path.last().expect("exports are paths").clone();
            exports.entry(module).or_default().push(name.ident.to_string());
        }
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("lib.rs exports each item by its own name"),
    }
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Fn(item) => Some(item.sig.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn type_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

/// Leaves of an item what its users see: no bodies, no private fields and functions, no comments.
fn outside(item: &Item) -> Option<Item> {
    let mut item = item.clone();
    match &mut item {
        Item::Const(item) => drop_comments(&mut item.attrs),
        Item::Enum(item) => {
            drop_comments(&mut item.attrs);
            item.variants.iter_mut().for_each(|variant| drop_comments(&mut variant.attrs));
        }
        Item::Fn(item) => {
            drop_comments(&mut item.attrs);
            *item.block = empty();
        }
        Item::Struct(item) => {
            drop_comments(&mut item.attrs);
            let fields = item.fields.iter().filter(|field| is_public(&field.vis)).cloned();
            let mut fields: Vec<_> = fields.collect();
            fields.iter_mut().for_each(|field| drop_comments(&mut field.attrs));
            item.fields = match &item.fields {
                Fields::Unnamed(_) => Fields::Unnamed(parse_quote!((#(#fields),*))),
                Fields::Named(_) | Fields::Unit => Fields::Named(parse_quote!({ #(#fields),* })),
            };
        }
        Item::Trait(item) => {
            drop_comments(&mut item.attrs);
            for function in &mut item.items {
                let TraitItem::Fn(function) = function else { continue };
                drop_comments(&mut function.attrs);
                function.default = function.default.as_ref().map(|_| empty());
            }
        }
        Item::Impl(item) => {
            let of_trait = item.trait_.is_some();
            item.items.retain_mut(|part| match part {
                ImplItem::Fn(function) => {
                    drop_comments(&mut function.attrs);
                    function.block = empty();
                    !of_trait && is_public(&function.vis)
                }
                ImplItem::Const(constant) => {
                    drop_comments(&mut constant.attrs);
                    !of_trait && is_public(&constant.vis)
                }
                _ => of_trait,
            });
            let private_trait = item.trait_.as_ref().is_some_and(|(path, _)| path.is_ident("Id"));
            if private_trait || (item.items.is_empty() && !of_trait) {
                return None;
            }
        }
        _ => return None,
    }
    Some(item)
}

fn drop_comments(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
}

fn empty() -> Block {
    parse_quote!({})
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn documentation(item: &Item) -> Option<String> {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => return None,
    };
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue { path, value: Expr::Lit(line), .. })
            if path.is_ident("doc") =>
        {
            match &line.lit {
                Lit::Str(line) => Some(line.value()),
                _ => None,
            }
        }
        _ => None,
    });
    Some(lines.collect())
}

#[test]
fn the_public_items_are_those_of_the_list() {
    let items = exported_items().iter().filter_map(outside).collect::<Vec<_>>();
    let list: File = parse_quote!(#(#items)*);
    insta::assert_snapshot!("public_api", prettyplease::unparse(&list));
}

#[test]
fn every_public_item_shows_an_example() {
    let items = exported_items();
    let without =
        items.iter().filter(|item| documentation(item).is_some_and(|docs| !docs.contains("```")));
    let names: Vec<_> = without.filter_map(name_of).collect();
    assert_eq!(names, [""; 0]);
}
